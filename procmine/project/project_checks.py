"""What project.yml names beside itself: is it there, and if not, in which line it is named and what is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from procmine.core.log.engine import workbench
from procmine.core.text.errors import Fault, ProcmineError, SpecError, UnknownNameError, did_you_mean
from procmine.core.text.spec import text_of
from procmine.core.text.words import Words
from procmine.core.text.yaml_text import YamlText, read_yaml
from procmine.project.project_spec import ProjectSpec
from procmine.reading.assembly.importing import files_in, read_raw
from procmine.reading.files.selection import found_beside, paths_of
from procmine.reading.files.source import UNSAID, ExportFile, Source
from procmine.reading.profiles.profile import built_in

Key = tuple[str | int, ...]
FORMER_STANDARD = "target.yml"


class Written(NamedTuple):
    """A project.yml as its author wrote it, and the folder it lies in."""

    folder: Path
    document: YamlText
    spec: ProjectSpec

    @classmethod
    def read(cls, file: Path) -> Written:
        """Read a project.yml.

        Raises
        ------
        SpecError
            If it has faults: all of them at once, each with its line.
        UnknownNameError
            If it names a profile that there is not.
        """
        document = read_yaml(_text(file), file.name)
        written = cls(file.parent, document, ProjectSpec.from_yaml(document))
        if faults := [*written._unsaid()]:
            raise SpecError(*faults)
        if faults := [*written._unknown_profiles()]:
            raise UnknownNameError(*faults)
        return written

    def refuse_missing(self, *, exports: bool = True) -> None:
        """Stop where a file that is read with the exports is not there.

        Parameters
        ----------
        exports
            Whether the exports themselves are read as `sources:` says.

        Raises
        ------
        SpecError
            With the line that names each file, and what lies where it should be.
        """
        named: list[tuple[str, Key]] = []
        for i, source in enumerate(self.spec.sources):
            if exports or source.join:
                named.append((source.path, ("sources", i, "path")))
            named += [(path, ("sources", i, "lookups", name)) for name, path in source.lookups.items()]
        if self.spec.people:
            named.append((self.spec.people.path, ("people", "path")))
        self._refuse(named)

    def there(self, paths: list[str], key: str) -> list[Path]:
        """The files that a key of project.yml names.

        Raises
        ------
        SpecError
            If one is not there.
        """
        self._refuse([(path, (key, i)) for i, path in enumerate(paths)])
        return [self.folder / path for path in paths]

    def standard(self) -> list[Path]:
        """The files of the standard.

        Raises
        ------
        SpecError
            If one is not there, or bears the name that such files had before.
        """
        if faults := [*self._former_names()]:
            raise SpecError(*faults)
        return self.there(self.spec.standard, "standard")

    def _former_names(self) -> Iterator[Fault]:
        """A fault for each standard that is still called `target.yml`, named or merely lying there."""
        named: list[tuple[str, Key]] = [(path, ("standard", i)) for i, path in enumerate(self.spec.standard)]
        former = [(path, place) for path, place in named if Path(path).name == FORMER_STANDARD]
        is_there = any((self.folder / path).exists() for path, _ in named)
        if not former and not is_there and (self.folder / FORMER_STANDARD).exists():
            former = [(FORMER_STANDARD, named[0][1] if named else ())]
        for path, place in former:
            new = Path(path).with_name("standard.yml").as_posix()
            fault = Words("“{old}”现在叫“{new}”", "{old!r} is called {new!r} now").filled(old=path, new=new)
            hint = Words("把文件改名为 {new}，并在 project.yml 中写 standard: {new}",
                         "rename the file to {new}, and write in project.yml: standard: {new}")  # fmt: skip
            yield Fault(self.document.place(place), fault, found_beside(path, self.folder), hint.filled(new=new))

    def _refuse(self, named: list[tuple[str, Key]]) -> None:
        faults = [
            Fault(
                self.document.place(key),
                Words("找不到文件“{path}”", "there is no file {path!r}").filled(path=path),
                found_beside(path, self.folder),
                did_you_mean(Path(path).name, [one.name for one in (self.folder / path).parent.glob("*")]),
            )
            for path, key in named
            if not any(one.exists() for one in paths_of(path, self.folder))
        ]
        if faults:
            raise SpecError(*faults)

    def _unsaid(self) -> Iterator[Fault]:
        """A fault for each column that is still to be named."""
        for i, source in enumerate(self.spec.sources):
            for name in (name for name, column in source.columns.items() if column == UNSAID):
                fault = Words("还没有写明哪一列是 {name}", "it is not said yet which column is {name}").filled(
                    name=name
                )
                hint = Words("把 … 换成导出中的一列：{names}", "replace … by a column of the export: {names}")
                names = ", ".join(self._columns(source))
                yield Fault(self.document.place(("sources", i, "columns", name)), fault, hint=hint.filled(names=names))

    def _columns(self, source: Source) -> list[str]:
        """The columns of the first export of a source, as far as they can be read."""
        try:
            with workbench() as bench:
                file = ExportFile.at(paths_of(source.path, self.folder)[0])
                _, first = next(files_in([(source.in_folder(self.folder), file)]))
                return list(read_raw(bench, source.in_folder(self.folder), first, 0).columns)
        except (ProcmineError, IndexError):
            return ["–"]

    def _unknown_profiles(self) -> Iterator[Fault]:
        for i, source in enumerate(self.spec.sources):
            name, place = source.profile, self.document.place(("sources", i, "profile"))
            if name is None or name in built_in():
                continue
            if name.lower().endswith((".yml", ".yaml")):
                self._refuse([(name, ("sources", i, "profile"))])
            else:
                error = UnknownNameError.among(Words("格式", "profile"), [name], list(built_in()), place)
                systems = sorted({one.partition("_")[0] for one in built_in()})
                yield from (
                    fault if fault.hint else fault._replace(hint=did_you_mean(name, systems)) for fault in error.faults
                )


def _text(file: Path) -> str:
    try:
        return text_of(file)
    except SpecError as error:
        if not file.is_file() or _is_utf8(file.read_bytes()):
            raise
        hint = Words("在编辑器里另存为 UTF-8", "save it as UTF-8 in your editor")
        raise SpecError(*(fault._replace(place=file.name, hint=hint) for fault in error.faults)) from None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
