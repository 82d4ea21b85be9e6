"""Says where the models that our widgets open are not those of ipywidgets: widget_states.py KERNEL; exit 0 when they agree.

Each property that we send must be one of ipywidgets' model of that name, with the same first value; so must those of layouts
and styles, which we open when they say something.
"""

import sys
from typing import Any

import anywidget
import ipywidgets
from jupyter_client.manager import start_new_kernel

LETTERS = ["a", "b"]
# Each kind, made without a word, or with the options that it needs: ours -> ipywidgets'.
KINDS = {
    **{f"new w.{name}()": getattr(ipywidgets, name) for name in (
        "IntSlider FloatSlider FloatLogSlider IntText FloatText Checkbox ToggleButton Text Textarea Label HTML IntProgress FloatProgress Button Output "
        "HBox VBox"
    ).split()},
    **{f"new w.{name}({{ options: ['a', 'b'] }})": lambda kind=getattr(ipywidgets, name): kind(options=LETTERS) for name in (
        "Dropdown Select RadioButtons ToggleButtons SelectionSlider"
    ).split()},
    "w.anyWidget({ esm: 'export default {}', state: {} })": lambda: type("Own", (anywidget.AnyWidget,), {"_esm": "export default {}", "_css": ""})(),
}
# References to other models.
OWN = {"layout", "style"}
# What we leave to the page: an empty placeholder, and which version of anywidget is installed.
LEFT = {"placeholder": "", "_model_module_version": "*", "_view_module_version": "*", "_anywidget_id": "eightfold.anyWidget"}


def main(kernel: str) -> int:
    manager, client = start_new_kernel(kernel_name=kernel)
    found = 0
    try:
        states_of(client, 'import * as w from "@eightfold/kernel/widgets";')
        for code, theirs in KINDS.items():
            [ours] = states_of(client, f"{code}; 0")
            made = theirs()
            found += compare(code, ours, made.get_state())
            if "style" in ours:
                look = "descriptionWidth" if hasattr(made.style, "description_width") else "fontSize"
                style, _ = states_of(client, f"const styled = {code}; styled.style = {{ {look}: '9em' }}; 0")[::-1]
                setattr(made.style, "description_width" if look == "descriptionWidth" else "font_size", "9em")
                found += compare(f"the style of {code}", style, made.style.get_state())
        layout, _ = states_of(client, "new w.HBox({ layout: { width: '1px' } }); 0")
        found += compare("a layout", layout, ipywidgets.Layout(width="1px").get_state())
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    print(f"{len(KINDS)} kinds of widgets, {found} differences from ipywidgets {ipywidgets.__version__}")
    return 1 if found else 0


def states_of(client: Any, code: str) -> list[dict[str, Any]]:
    """The states of the models that a cell opens, in order."""
    states = []

    def keep(message: Any) -> None:
        if message["msg_type"] == "comm_open":
            states.append(message["content"]["data"]["state"])

    reply = client.execute_interactive(code, output_hook=keep, timeout=120)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(f"{code}: {reply['content'].get('evalue')}")
    return states


def compare(what: str, ours: dict[str, Any], theirs: dict[str, Any]) -> int:
    found = 0
    for name, value in ours.items():
        if name not in theirs:
            print(f"{what}: {name} is no property of theirs")
        elif name in OWN or LEFT.get(name) == value or value == plain(theirs[name]):
            continue
        else:
            print(f"{what}: {name} is {value!r}, theirs {theirs[name]!r}")
        found += 1
    return found


def plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
