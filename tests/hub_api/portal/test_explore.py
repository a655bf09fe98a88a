import pytest, re
from tests.conftest import open_database
from tests.hub_api.portal.stand import open_demo
from tests.hub_api.portal.controls import is_seen, name_of, kind_of
@pytest.fixture(scope="module")
def demo(postgres, tmp_path_factory, browsers):
    with open_database(postgres) as database, open_demo(database, tmp_path_factory.mktemp("demo"), browsers) as found:
        yield found
def show(w):
    print("   @", w.url)
    for e in w.shown.select("main h1, main h2, main h3, main a, main button, main input, main textarea, main select, main summary, main p.outlook"):
        if is_seen(e) and kind_of(e) != "hidden":
            print("     ", e.tag, "|", name_of(e)[:110] if e.tag not in ("input","textarea","select") else (e.get("name"), e.get("type"), e.get("value")), "|", (e.get("href") or e.get("required") or "") if e.tag=="a" else e.get("required"))
def test_x(demo):
    stand, people = demo
    for role, who in people.items():
        w = stand.open()
        w.goto(f"{stand.url}/portal?lang=en")
        w.get_by_role("link", "Sign in").first.click()
        w.locator("#email").fill(who.email); w.locator("#password").fill(who.password)
        w.locator("main button").first.click()
        print("#####", role)
        text = w.locator("main").inner_text()
        i=text.find("What waits"); j=min(x for x in (text.find("New for you"), text.find("Where you work"), text.find("things report")) if x>0)
        print(text[i:j])
        links = w.locator("main h2 ~ ul.rows a")
        if "Nothing waits" in text[i:j]: continue
        links.first.click()
        show(w)
