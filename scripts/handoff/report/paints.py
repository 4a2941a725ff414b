"""The colours of the pictures: stand-ins the charts are drawn in, and the page's variables."""

# Stand-in colours of the charts, and the variables of the page they become.
PAINTS = {
    "ink": "#a1000a",
    "soft": "#a1000b",
    "line": "#a1000c",
    "paper": "#a1000d",
    "first": "#a1000e",
    "second": "#a1000f",
    "third": "#a1001a",
}
VARIABLES = {colour: f"var(--{paint})" for paint, colour in PAINTS.items()}
