"""Words that somebody could have as a name, or write into a reason, to make a page say something else."""

from __future__ import annotations

HOSTILE = (
    '#panic("out")',
    '#import "house.typ": *',
    '#read("house.typ")',
    "#{ while true {} }",
    "*not bold* _nor slanted_ ~ -- --- ...",
    "$ x^2 $ `raw` ```raw```",
    "= A heading",
    "- an item",
    "+ a numbered item",
    "/ Term: what it means",
    "https://attacker.example/",
    "@nobody <label> \\u{41} \\",
    "// a comment /* another */",
    '"); #panic(")',
    "#sys.inputs.data",
    "]]>--></style></pre><script>alert(1)</script><h2>More</h2>",
    "&lt;b&gt; &amp; &#65;",
    "</main><table><tr><td>",
    "'single' \"double\"",
)
