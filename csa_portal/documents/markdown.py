"""The agreement's text: CommonMark without raw HTML, images or unsafe links."""

from markdown_it import MarkdownIt

# The "js-default" preset escapes HTML and refuses javascript:, vbscript:, file: and data:
# links; images are switched off because only stored files may be shown.
PARSER = MarkdownIt("js-default", {"linkify": False}).disable("image")


def to_html(text: str) -> str:
    """Render Markdown to HTML that is safe to print as it is."""
    return PARSER.render(text)
