"""What a user writes in YAML, as frozen models: unknown keys are errors, faults come all at once."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, NamedTuple, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from procmine.core.text.errors import Fault, SpecError, Text, did_you_mean
from procmine.core.text.value_faults import described, received, said
from procmine.core.text.words import Words
from procmine.core.text.yaml_faults import full_width_signs, half_width_hint
from procmine.core.text.yaml_text import YamlText, read_yaml

if typing.TYPE_CHECKING:
    from pydantic_core import ErrorDetails

S = TypeVar("S")


class SpecValueError(ValueError):
    """A value that a validator refuses; carries the fault's words and its hint."""

    def __init__(self, fault: Text, hint: Text = "") -> None:
        self.fault = fault
        self.hint = hint
        super().__init__(str(fault))


class Spec(BaseModel):
    """The base of everything that users write: frozen, and an unknown key is an error.

    Attributes
    ----------
    FORMER_KEYS
        A key as it was called before: what it is called now.
    """

    FORMER_KEYS: ClassVar[Mapping[str, str]] = {}

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some values changed; what was worked out from the old values is not copied along."""
        copied = super().model_copy(update=update, deep=deep)
        for name in set(copied.__dict__) - set(type(self).model_fields):
            del copied.__dict__[name]
        return copied

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a YAML file into this model.

        Raises
        ------
        SpecError
            If the file is missing, is no YAML, or does not fit the model: all faults at once.
        """
        return cls.from_yaml(read_yaml(text_of(path), path.name))

    @classmethod
    def from_yaml(cls, document: YamlText) -> Self:
        """Check the content of a YAML file against this model."""
        spec, faults, _ = cls.as_far_as_readable(document)
        if spec is None or faults:
            raise SpecError(*faults)
        return spec

    @classmethod
    def as_far_as_readable(cls, document: YamlText) -> Readable[Self]:
        """What a YAML file says apart from its faults, so that what contradicts itself can be told along with them."""
        content = {} if document.content is None else document.content
        try:
            return Readable(cls.model_validate(content), (), ())
        except ValidationError as error:
            details = error.errors(include_url=False)
        faults = tuple(_faults(cls, details, document))
        faulty = tuple(_real_path(detail, content) for detail in details if detail["type"] != "missing")
        try:
            return Readable(cls.model_validate(_without(content, set(faulty))), faults, faulty)
        except ValidationError:
            return Readable(None, faults, faulty)


class Readable(NamedTuple, Generic[S]):
    """What could be read of a file: the spec without its faulty keys (None where they are needed), faults, their paths."""

    spec: S | None
    faults: tuple[Fault, ...]
    faulty: tuple[tuple[int | str, ...], ...]


def _without(content: Any, faulty: set[tuple[int | str, ...]], path: tuple[int | str, ...] = ()) -> Any:
    """The content without some keys; items of lists stay, so that places keep their numbers."""
    if isinstance(content, dict):
        return {
            key: _without(value, faulty, (*path, key)) for key, value in content.items() if (*path, key) not in faulty
        }
    if isinstance(content, list):
        return [_without(value, faulty, (*path, i)) for i, value in enumerate(content)]
    return content


def _real_path(detail: ErrorDetails, content: Any) -> tuple[int | str, ...]:
    """The place of a fault in the file: pydantic names the branch of a union on the way, the file does not."""
    path: list[int | str] = []
    for part in detail["loc"]:
        known = isinstance(content, dict) and part in content
        if known or (isinstance(content, list) and isinstance(part, int)):
            content = content[part]
            path.append(part)
    if detail["type"] == "missing":
        path.append(detail["loc"][-1])
    return tuple(path)


def text_of(path: Path) -> str:
    """The text of a file that a user wrote.

    Raises
    ------
    SpecError
        If it is missing, a folder, not UTF-8, or may not be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        fault = Words("找不到文件", "there is no such file")
    except IsADirectoryError:
        fault = Words("这是文件夹，不是文件", "this is a folder, not a file")
    except UnicodeDecodeError:
        fault = Words("文件不是 UTF-8 编码", "the file is not UTF-8 text")
    except PermissionError:
        fault = Words("没有读取权限", "the file may not be read")
    raise SpecError(Fault(str(path), fault))


def _faults(model: type[BaseModel], details: Sequence[ErrorDetails], document: YamlText) -> Iterator[Fault]:
    """A fault for each place; what was tried at one place in turn is one."""
    if document.content is None and details:
        needed = ", ".join(str(detail["loc"][0]) for detail in details if detail["type"] == "missing")
        fault = Words("文件是空的，或全是注释", "the file is empty, or all comments")
        hint = Words("至少要写：{needed}", "it needs at least: {needed}").filled(needed=needed)
        yield Fault(document.name, fault, hint=hint)
        return
    places: dict[object, list[ErrorDetails]] = {}
    for number, detail in enumerate(details):
        own = detail["type"] in ("extra_forbidden", "missing", "value_error")
        places.setdefault((_real_path(detail, document.content), number if own else -1), []).append(detail)
    for found in places.values():
        yield _fault(model, found, document)


def _fault(model: type[BaseModel], details: Sequence[ErrorDetails], document: YamlText) -> Fault:
    detail = details[0]
    path = _real_path(detail, document.content)
    place = document.place(path)
    where = ".".join(str(part) for part in path)
    if detail["type"] == "extra_forbidden":
        return _unknown_key(model, path, place)
    if detail["type"] == "missing":
        fault = Words("缺少“{key}”", "{key!r} is missing").filled(key=where)
        return Fault(place, fault, hint=_description_at(model, path))
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, SpecValueError):
        fault = Words("{where}：{fault}", "{where}: {fault}").filled(where=where, fault=cause.fault)
        return Fault(place, fault, hint=_quotes_hint(detail["input"]) or cause.hint)
    fault = Words("{where} 的值不合适：{said}", "{where} does not fit: {said}").filled(
        where=where or document.name, said=said(details)
    )
    given = _value_at(document.content, path)
    signs = full_width_signs(str(given))
    hint = half_width_hint(signs) if signs else _description_at(model, path)
    return Fault(place, fault, received(given), hint)


def _value_at(content: Any, path: tuple[int | str, ...]) -> object:
    """What the file itself says, before validators made something of it."""
    for part in path:
        content = content[part]
    return content


def _quotes_hint(value: object) -> Text:
    """For a value in quotes of a Chinese keyboard, which are part of the text."""
    signs = full_width_signs(value) if isinstance(value, str) and value[:1] in ("“", "”", "‘", "’", "＂") else ""
    return half_width_hint(signs) if signs else ""


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, list, tuple, dict, Annotated):
        return [model for part in typing.get_args(annotation) for model in _models_in(part)]
    return []


def _models_at(model: type[BaseModel], path: tuple[int | str, ...]) -> list[type[BaseModel]]:
    models = [model]
    for part in path:
        fields = [m.model_fields[part] for m in models if isinstance(part, str) and part in m.model_fields]
        if fields:
            models = [inner for field in fields for inner in _models_in(field.annotation)]
    return models


def _unknown_key(model: type[BaseModel], path: tuple[int | str, ...], place: str) -> Fault:
    key, known = str(path[-1]), _keys_at(model, path[:-1])
    facts = Words("可用的键：{known}", "known here: {known}").filled(known=", ".join(known))
    if now := _called_now(model, path):
        fault = Words("“{old}:”现在叫“{new}:”", "{old}: is called {new}: now").filled(old=key, new=now)
        hint = Words("把 {old}: 改成 {new}:", "write {new}: instead of {old}:").filled(old=key, new=now)
        return Fault(place, fault, facts, hint)
    fault = Words("未知的键“{key}”", "unknown key {key!r}").filled(key=key)
    signs = full_width_signs(f"{{{key}}}")
    return Fault(place, fault, facts, half_width_hint(signs) if signs else did_you_mean(key, known))


def _called_now(model: type[BaseModel], path: tuple[int | str, ...]) -> str:
    """What a key is called that had another name before; empty for others."""
    former = [inner.FORMER_KEYS for inner in _models_at(model, path[:-1]) if issubclass(inner, Spec)]
    return next((names[key] for names in former for key in [str(path[-1])] if key in names), "")


def _keys_at(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    found = (item for inner in _models_at(model, path) for item in inner.model_fields.items())
    return sorted({field.alias or key for key, field in found})


def _description_at(model: type[BaseModel], path: tuple[int | str, ...]) -> Text:
    for inner in _models_at(model, path[:-1]):
        field = inner.model_fields.get(str(path[-1])) if path else None
        if field is not None and field.description:
            return described(field.description)
    return ""


def _as_list(value: object) -> object:
    return [value] if isinstance(value, (str, dict)) else value


OneOrMore = BeforeValidator(_as_list)
"""Lets a user write one value where a list is meant."""


def _as_share(value: object) -> object:
    if isinstance(value, str) and value.rstrip().endswith("%"):
        number = value.rstrip().removesuffix("%").strip()
        try:
            return float(number) / 100
        except ValueError:
            fault = Words("“{value}”不是百分比", "{value!r} is not a percentage").filled(value=value)
            raise SpecValueError(fault, Words("例如 1 %", "for example 1 %")) from None
    return value


Share = Annotated[float, BeforeValidator(_as_share)]
"""A share 0..1, written as `0.01` or `1 %`."""
