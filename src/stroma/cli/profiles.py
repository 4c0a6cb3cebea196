"""``stroma profiles``: which sets of criteria there are, and what one holds."""

from __future__ import annotations

import typer

from stroma.cli import options, output
from stroma.texts import Language, text


def register(app: typer.Typer, language: Language) -> None:
    """Add the command.

    Parameters
    ----------
    app
        The command line.
    language
        Of the help.
    """

    @app.command("profiles", help=text("List the profiles, or show one.").render(language))
    def profiles(
        name: str = typer.Argument("", help=text("A profile's name or file.").render(language)),
        lang: str = options.language_option(language),
        as_json: bool = options.json_option(language),  # noqa: FBT001
    ) -> None:
        from stroma.criteria.json_twin import profile_to_json
        from stroma.criteria.known_profiles import available_profiles, load_profile
        from stroma.criteria.wording import describe_criterion

        reader = options.chosen_language(lang, language)
        if not name:
            held = available_profiles()
            if as_json:
                output.print_json([profile_to_json(p) for p in held])
                return
            width = max(len(profile.name) for profile in held)
            for profile in held:
                typer.echo(f"{profile.name:<{width}}  {profile.title.render(reader)}")
            return
        profile = load_profile(name)
        if as_json:
            output.print_json(profile_to_json(profile))
            return
        typer.echo(f"{profile.name} {profile.version}: {profile.title.render(reader)}")
        for criterion in profile.criteria:
            typer.echo(f"  {describe_criterion(criterion).render(reader)}")
            typer.echo(f"      {criterion.citation}")
        for caveat in profile.caveats:
            typer.echo(f"  ! {caveat.render(reader)}")
