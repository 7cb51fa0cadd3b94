// Of the fields of an item only those stand that mean something for its kind.
const form = document.querySelector("[data-item-form]");
const kind = form.querySelector("[name=kind]");

function show() {
  for (const field of form.querySelectorAll("[data-kinds]")) {
    field.closest(".field").hidden = !field.dataset.kinds.split(" ").includes(kind.value);
  }
}

kind.addEventListener("change", show);
show();
