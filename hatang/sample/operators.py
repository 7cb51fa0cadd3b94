"""Four made-up operators; real ones are not named, since nothing said of them here is true."""

from hatang.accounts.models import Organisation

LETTERS = "ABCD"


def make_operators() -> list[Organisation]:
    """Make the operators, unsaved and marked."""
    return [
        Organisation(
            kind=Organisation.Kind.OPERATOR,
            name=f"Doanh nghiệp viễn thông {letter}",
            short_name=f"DN {letter}",
            simulated=True,
        )
        for letter in LETTERS
    ]
