"""Several files in one: zip archives of exports, and web archives (MHTML) that systems name .xls."""

from __future__ import annotations

import email
import errno
import shutil
import zipfile
import zlib
from collections.abc import Callable, Sequence
from email.message import Message
from pathlib import Path, PurePosixPath

from procmine.core.text.errors import ExportError, Fault
from procmine.core.text.words import Words
from procmine.reading.files.containers import members_of, protected, truncated, whole_content
from procmine.reading.files.source import ExportFile
from procmine.reading.sheets.grid import Grids, SheetGrid
from procmine.reading.sheets.html_tables import NoTableError, grids_of_page

_LISTED = 20
MOST_FILES = 2000
"""Files that an archive may hold."""


def unpacked(file: ExportFile, folder: Path, takes: Callable[[str], bool] = bool) -> list[ExportFile]:
    """The exports in a zip archive, each unpacked below `folder` and named `archive.zip/member`.

    Parameters
    ----------
    takes
        Which files are meant, by their paths in the archive; all when left out.

    What operating systems add to archives (folders, `__MACOSX`, hidden and empty files) is no export.
    Names are UTF-8 where the archive says so or they decode to it, else GBK.

    Raises
    ------
    ExportError
        If it is damaged, protected, too large when unpacked, holds no file that is meant, or another archive.
    """
    held = [(member, name) for member in members_of(file.path) if (name := _name_of(member)) and member.file_size]
    if not held:
        raise ExportError(Fault(file.name, Words("压缩包里没有文件", "the archive holds no files")))
    members = [(member, name) for member, name in held if takes(name)]
    if not members:
        raise _none_meant(file, [name for _, name in held])
    if len(members) > MOST_FILES:
        facts = Words("{n} 个，上限 {limit}", "{n}, the limit is {limit}").filled(n=len(members), limit=MOST_FILES)
        raise ExportError(Fault(file.name, Words("压缩包里的文件过多", "the archive holds too many files"), facts))
    if any(member.flag_bits & 1 for member, _ in members):
        raise protected(file.path)
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member, _ in members):
        fault = Words("压缩包的压缩方式不能读取", "the archive is packed in a way that is not read")
        raise ExportError(Fault(file.name, fault, hint=Words("用普通 zip 重新压缩", "pack it again as a plain zip")))
    try:
        with zipfile.ZipFile(file.path) as archive:
            paths = [_extracted(archive, member, folder / str(i), name) for i, (member, name) in enumerate(members)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, RuntimeError):
        raise truncated(file.path) from None
    except OSError as error:
        # A spoilt directory sends the reader to a place before the file's beginning.
        raise (truncated(file.path) if error.errno == errno.EINVAL else error) from None
    files = [
        ExportFile.at(path)._replace(name=f"{file.name}/{name}") for path, (_, name) in zip(paths, members, strict=True)
    ]
    for one in files:
        _refuse_nested(file, one)
    return sorted(files, key=lambda one: one.name)


def names_in(file: ExportFile) -> list[str]:
    """The paths of the exports in a zip archive, sorted.

    Raises
    ------
    ExportError
        If it is damaged.
    """
    return sorted(name for member in members_of(file.path) if (name := _name_of(member)) and member.file_size)


def _none_meant(file: ExportFile, names: Sequence[str]) -> ExportError:
    fault = Words("压缩包里没有文件符合 members:", "no file in the archive fits members:")
    more = " …" if len(names) > _LISTED else ""
    facts = Words("内含：{names}", "it holds {names}").filled(names=", ".join(sorted(names)[:_LISTED]) + more)
    return ExportError(Fault(file.name, fault, facts))


def _name_of(member: zipfile.ZipInfo) -> str:
    """The path of a member in its archive; empty if it is no export."""
    name = member.filename
    if not member.flag_bits & 0x800:
        name = _decoded(name)
    path = PurePosixPath(name.replace("\\", "/"))
    parts = [part for part in path.parts if part not in ("/", "..")]
    noise = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    noise = noise or path.name.lower() in ("thumbs.db", "desktop.ini")
    return "" if member.is_dir() or noise else "/".join(parts)


def _decoded(name: str) -> str:
    """A name that `zipfile` read as cp437, by the encoding it is really in."""
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gbk"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _extracted(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, name: str) -> Path:
    folder.mkdir(parents=True)
    # Only the end of a long name, which a file system may refuse; the suffix stands there.
    path = folder / PurePosixPath(name).name[-80:]
    with archive.open(member) as packed, path.open("wb") as target:
        shutil.copyfileobj(packed, target, 1 << 20)
    return path


def _refuse_nested(archive: ExportFile, file: ExportFile) -> None:
    with file.path.open("rb") as stream:
        head = stream.read(4)
    if head.startswith(b"PK\x03\x04"):
        names = {member.filename for member in members_of(file.path)}
        if not names & {"[Content_Types].xml", "mimetype"}:
            facts = Words("内含：{name}", "it holds {name}").filled(name=file.name)
            fault = Words("压缩包里还有压缩包，不能读取", "an archive inside an archive is not read")
            raise ExportError(Fault(archive.name, fault, facts, Words("先解压一层", "unpack the outer one first")))


def mhtml_grids(path: Path) -> Grids:
    """The tables of a web archive: those of each page in it.

    Raises
    ------
    ExportError
        If it holds no page with a table.
    """
    message = email.message_from_bytes(whole_content(path).lstrip(b"\xef\xbb\xbf \t\r\n"))
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    found: list[Grids] = []
    for page in pages:
        content = page.get_payload(decode=True)
        try:
            found.append(grids_of_page(path, content if isinstance(content, bytes) else b"", _sheet_of(page)))
        except NoTableError:
            continue
    if not found:
        fault = Words(
            "这是 Excel 网页存档（MHTML），里面没有可读的表格", "this is a web archive (MHTML) without a table to read"
        )
        raise ExportError(Fault(path.name, fault, hint=Words("在 Excel 中另存为 .xlsx", "save it as .xlsx")))
    grids: list[SheetGrid] = [grid for page in found for grid in page.grids]
    return Grids(grids, found[0].encoding, tuple(note for page in found for note in page.notes))


def _sheet_of(page: Message) -> str:
    location = str(page.get("Content-Location") or "")
    return PurePosixPath(location.replace("\\", "/")).stem
