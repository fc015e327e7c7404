"""Runs the benchmark cases named, or all, and prints ratios to the base with median, lowest and highest."""

import os
import sys

sys.path.insert(0, os.getcwd())
CASES = ("pages", "mail", "pdf", "export", "import")


def main(names: list[str]) -> None:
    for name in names or CASES:
        {"pages": pages, "mail": mail, "pdf": pdf, "export": export, "import": imports}[name]()


def pages() -> None:
    from script.bench_cases.pages import GOALS, run

    found = run()
    print(
        "Share of the base site's rate (higher is better)        requests a second         processor time        goal"
    )
    for name, (rate, cpu) in found["shares"].items():
        print(f"  {name:<14}{rate!s:>42}{cpu!s:>24}{GOALS.get(name, ''):>10}")
    print(f"  P4 misspelt names found in the first ten: {found['found']:.0%} (goal 97%)")
    print(f"  P7 statements a page: {found['queries']} (goal list and search 6, detail 9)")
    print("P9 time with 180,000 organisations as a multiple of that with 1,000 (goal 1.3, common word 2)")
    for name, (rate, cpu) in found["growth"].items():
        print(f"  {name:<14}{rate!s:>42}{cpu!s:>24}")


def mail() -> None:
    from script.bench_cases import boroughs

    os.environ["DATABASE_URL"] = boroughs.address(
        boroughs.borough(boroughs.SMALL)
    )  # where no other mail waits
    _django()
    from script.bench_cases.mail import run

    found = run()
    print(
        f"{found['id']} {found['name']} ({found['base_rate']:.0f} mails a second bare, {found['ours_rate']:.0f} ours)"
    )
    _ratios(found)


def pdf() -> None:
    _django()
    from script.bench_cases.pdf import run

    found = run()
    print(f"{found['id']} {found['name']} (base {found['base_seconds']:.2f} s)")
    _ratios(found)


def export() -> None:
    from script.bench_cases.export import run

    found = run()
    print(f"{found['id']} {found['name']} (base {found['base_seconds']:.2f} s)")
    _ratios(found)
    print(f"  memory grew by {found['grown']:.1f} MB between the first export and the last")


def imports() -> None:
    from script.bench_cases.imports import GOAL, NUMBER, run

    print(f"P17 national import of {NUMBER:,} charities (goal: {GOAL})")
    for what, facts in run().items():
        print(f"  {what:<18}{', '.join(f'{name} {fact}' for name, fact in facts.items())}")


def _ratios(found: dict) -> None:
    for step, ratios in found["ratios"].items():
        words = ", ".join(f"{k} {m:.2f} ({lo:.2f}–{hi:.2f})" for k, (m, lo, hi) in ratios.items())
        print(f"  {step:<18}{words}  goal {found['goals'].get(step, '')}")


def _django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vcse_portal.settings")
    django.setup()


if __name__ == "__main__":
    main(sys.argv[1:])
