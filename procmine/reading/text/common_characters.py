"""Which Chinese characters are in common use: what tells one encoding of Chinese from another."""

from __future__ import annotations

import re
from typing import NamedTuple

_ASCII = re.compile(r"[\x00-\x7f]+")

_DAILY = frozenset(
    "的一是不了在人有我他这这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天"
    "而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身"
    "些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第"
    "门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目"
    "华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台"
    "号户称单审批请完结申节流程办理登记客服受派申诉状态处时间编号案例操作员部门经办备注金额合同订单退回同意提交"
    "這來個國說們為時會過學對裡後麼沒於還發當開無見經頭動兩長樣現將進實點種聲話兒問機給幾業間電關並產應車體別處總場師書"
    "員報馬張難數親條務號單審請結節辦記狀態編備額訂單門東華鐵區縣歷驗傳統計設備議題錄運氣買賣變讓認識觀點費連遠邊達"
)


class Counted(NamedTuple):
    """Characters outside of ASCII: all, those a national standard knows, the common ones, the daily ones."""

    n: int
    known: int
    common: int
    daily: int


class CommonSet(NamedTuple):
    """A national standard whose first level holds the common characters.

    Attributes
    ----------
    encoding
        Of two bytes for each character.
    leads
        First bytes of the punctuation and of the first level.
    """

    encoding: str
    leads: frozenset[int]

    def counted(self, text: str) -> Counted:
        """How common the characters of a text are.

        Examples
        --------
        >>> GB2312.counted("张三 a"), GB2312.counted("眎")
        (Counted(n=2, known=2, common=2, daily=2), Counted(n=1, known=0, common=0, daily=0))
        """
        foreign = _ASCII.sub("", text)
        leads = foreign.encode(self.encoding, "ignore")[::2]
        rare = bytes(set(range(256)) - self.leads)
        daily = len(foreign) - len(foreign.translate(_NO_DAILY))
        return Counted(len(foreign), len(leads), len(leads.translate(None, rare)), daily)


_NO_DAILY = dict.fromkeys(map(ord, _DAILY))

GB2312 = CommonSet("gb2312", frozenset({0xA1, 0xA3, *range(0xB0, 0xD8)}))
BIG5 = CommonSet("big5", frozenset({0xA1, 0xA2, *range(0xA4, 0xC7)}))
