"""F25: members' words make the renderer fetch nothing, read no file, embed none; each with its control."""

import http.server
import threading

import pytest
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from tests.pdf.conftest import Paper
from vcse_portal.pdf import render
from vcse_portal.pdf.closed import ClosedFetcher, close

HOSTILE = """
<img src="{address}/a.png" alt="A picture from elsewhere">
<style>@import "{address}/b.css"; body {{ background: url({address}/c.png) }}</style>
<link rel="stylesheet" href="{address}/d.css">
<link rel="attachment" href="file:///etc/passwd">
<a rel="attachment" href="{address}/e.txt">the minutes</a>
<object data="{address}/f.svg"></object>
<embed src="{address}/g.svg">
<p style="background-image: url({address}/h.png)">a painted paragraph</p>
<svg viewBox="0 0 9 9"><title>t</title><image href="{address}/i.png" width="9" height="9"/>
<use href="{address}/j.svg#x"/><style>@import "{address}/k.css";</style><rect fill="url({address}/l.svg#m)"/></svg>
<img src="file:///etc/passwd" alt="the password file"> and what follows it
<base href="{address}/"><img src="m.png" alt="relative">
"""


@pytest.fixture
def listener():
    """A web server on loopback that counts what it is asked for: (address, list of paths)."""
    asked = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


def embedded(paper: Paper) -> list:
    names = paper.pdf.Root.get("/Names", {})
    attached = [
        a for page in paper.pdf.pages for a in page.get("/Annots", []) if a.Subtype == "/FileAttachment"
    ]
    return [*names.get("/EmbeddedFiles", {}).get("/Names", []), *attached]


def test_f25_members_words_fetch_and_embed_nothing(make_paper, listener):
    address, asked = listener
    paper = make_paper(HOSTILE.format(address=address))
    assert asked == []
    assert embedded(paper) == []
    assert paper.is_compliant


@pytest.mark.parametrize("lock", ["close", "ClosedFetcher"])
def test_f25_either_lock_is_enough(make_paper, listener, monkeypatch, lock):
    """Without the taking-out the fetcher refuses; without the fetcher nothing is left to fetch."""
    address, asked = listener
    monkeypatch.setattr(render, lock, {"close": lambda *a, **k: [], "ClosedFetcher": URLFetcher}[lock])
    try:
        assert embedded(make_paper(HOSTILE.format(address=address))) == []
    except render.UnfitPaper:
        assert lock == "close"
    assert asked == []


def test_f25_control_without_the_locks_everything_is_fetched(make_paper, listener, monkeypatch):
    address, asked = listener
    monkeypatch.setattr(render, "close", lambda *a, **k: [])
    monkeypatch.setattr(render, "ClosedFetcher", URLFetcher)
    with pytest.raises(render.UnfitPaper):
        make_paper(HOSTILE.format(address=address))
    assert len(set(asked)) >= 8


def test_f25_control_stock_renderer_embeds_a_file(listener):
    paper = Paper(HTML(string='<link rel="attachment" href="data:text/plain,secret"><p>x</p>').write_pdf())
    assert len(embedded(paper)) == 2


def test_fetcher_gives_pictures_it_is_handed_and_keeps_what_it_refused(dot):
    fetcher = ClosedFetcher()
    assert fetcher.fetch(dot).content_type == "image/png"
    for address in ("file:///etc/passwd", "http://127.0.0.1/", "data:text/css,x", "data:text/plain,x"):
        with pytest.raises(ValueError, match="fetch nothing"):
            fetcher.fetch(address)
    assert len(fetcher.refused) == 4


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        ("https://example.org/a?b=c", True),
        ("mailto:someone@example.org", True),
        ("#place", True),
        ("#nowhere", False),
        ("/organisations/1/", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("data:text/html,x", False),
        (" JavaScript:alert(1)", False),
    ],
)
def test_link_keeps_its_address_only_when_it_leads_somewhere(address, stays):
    html = HTML(string="<p id=place><a>words</a></p>")
    link = html.etree_element.find(".//a")
    link.set("href", address)
    close(html.etree_element)
    assert (link.get("href") == address, link.text) == (stays, "words")


def test_link_to_our_own_pages_is_whole_when_the_site_is_known(make_paper):
    paper = make_paper('<p><a href="/compact/">the Compact</a></p>', base_url="https://portal.example.gov.uk")
    assert paper.links() == ["https://portal.example.gov.uk/compact/"]


def test_taking_out_keeps_the_words_around():
    html = HTML(string="<p>before <img src='http://x/y.png' alt='a map'> after<script>x</script> end</p>")
    taken = close(html.etree_element)
    assert "".join(html.etree_element.itertext()).split() == ["before", "a", "map", "after", "end"]
    assert taken == ["<img>", "<script>"]
