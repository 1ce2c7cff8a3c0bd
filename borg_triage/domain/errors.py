"""The tree of our errors. Each carries a message key and parameters; the text layer words it.

BorgTriageError
├── CaseInputError        a case file that cannot be taken (exit status 2 on the command line)
├── CaseRuleError         something a case does not take
├── InstrumentError       an instrument file that is broken (names file and line)
├── storage.errors.VaultError and below
└── app and report errors
"""

from __future__ import annotations


class BorgTriageError(Exception):
    """An error that a person sees.

    key: the message in the catalogues (`app.po`) that says what happened, what is safe, what to do.
    params: the values its placeholders take; they never hold case content.
    """

    def __init__(self, key: str, /, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.key} ({details})" if details else self.key


class CaseInputError(BorgTriageError):
    """A case that cannot be taken; `place` in the parameters names where."""


class CaseRuleError(BorgTriageError):
    """Something a case does not take: a value of another item, a day ahead, an override without a reason."""


class InstrumentError(BorgTriageError):
    """An instrument that cannot be taken; `file`, `line` and `problem` say where and why."""
