// What this device remembers by itself: its own tests, the last place, and a random token that names nobody.
const KEY = "hatang-do";
const MOST = 30;

export function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    return found && Array.isArray(found.tests) ? found : { tests: [] };
  } catch {
    return { tests: [] };
  }
}

export function remember(change) {
  const now = { ...remembered(), ...change };
  now.tests = now.tests.slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(now));
  } catch {
    // A browser that keeps nothing still measures.
  }
  return now;
}

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}

// The server makes a pseudonym of it that changes every day; another device, or another browser, has another token.
export function token() {
  const known = remembered().token;
  if (/^[0-9a-f]{32}$/.test(known ?? "")) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const made = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  remember({ token: made });
  return made;
}
