"""A new study folder, written from its template."""

from __future__ import annotations

from pathlib import Path

from stroma.errors import Place, Problem, StudyProblem
from stroma.formats.table_writing import SheetContent, write_csv, write_xlsx
from stroma.study.files import SETTINGS_FILE
from stroma.study.template import SheetTemplate, template
from stroma.texts import Language, text

README = "README.md"


def new_study(folder: Path, language: Language, *, title: str | None = None) -> tuple[Path, ...]:
    """Write a study folder to fill.

    Parameters
    ----------
    folder
        The folder to make.
    language
        Of the help and the comments.
    title
        Title of the study; the folder's name if not given.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    StudyProblem
        Something is in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyProblem(
            Problem(
                Place(file=str(folder)),
                found=text("something is there already"),
                expected=text("a folder that does not exist yet, or is empty"),
                action=text("name another folder"),
            )
        )
    content = template(language, title=title if title is not None else folder.name)
    for name in content.folders:
        (folder / name).mkdir(parents=True, exist_ok=True)
    written = [folder / SETTINGS_FILE, folder / README]
    written[0].write_text(content.settings, encoding="utf-8", newline="\n")
    written[1].write_text(content.readme, encoding="utf-8", newline="\n")
    for sheet in content.sheets:
        path = folder / f"{sheet.name}.csv"
        write_csv(path, sheet.columns, sheet.rows, comments=sheet.comments)
        written.append(path)
    workbook = folder / content.workbook
    write_xlsx(workbook, [_content(sheet) for sheet in (*content.sheets, content.help)])
    return (*written, workbook)


def _content(sheet: SheetTemplate) -> SheetContent:
    return SheetContent(
        name=sheet.name,
        columns=sheet.columns,
        rows=sheet.rows,
        comments=sheet.comments,
        choices=sheet.choices or {},
        hints=sheet.hints or {},
    )
