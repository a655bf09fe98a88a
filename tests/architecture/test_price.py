"""What counts to the price of a noun of participation."""

from __future__ import annotations

from tests.architecture.price import Price, prices

TABLES = """-- Walks.
CREATE TABLE participation.walks (
    walk_id uuid PRIMARY KEY
);
CREATE INDEX walks_of ON participation.walks (walk_id);

-- Of others.
CREATE TABLE participation.paths (path_id uuid);
CREATE VIEW open_participation.walks AS
SELECT 1;
"""


def test_what_counts_to_the_price_of_a_noun() -> None:
    pages = "hub_api/programme/participation/walks"
    migrations = "citycore/store/migrations/versions"
    files = {
        "participation/walks/noun.py": "A = 1\n" * 3,
        "participation/walks/queries.sql": "INSERT INTO participation.walks\nVALUES (1)\n",
        "participation/walks/messages/ar.toml": "a = 1\n" * 90,
        f"{pages}/list.html": "x\n" * 90,
        f"{pages}/queries.sql": "SELECT FROM open_participation.walks",
        "tests/participation/test_walks.py": "from participation.walks import noun\n",
        "tests/hub_api/portal/walk_scene.py": "B = 2\n",
        f"{migrations}/b001/participation/town.sql": TABLES,
        f"{migrations}/b002/participation/walks.sql": "ALTER TABLE participation.paths ADD COLUMN a integer;\n",
        # Touched, once each:
        f"{migrations}/b001_town.py": 'FILES = (\n    "participation/walks",\n)\n',
        "participation/registry.py": "from participation.walks import noun as walks\n",
        "hub_api/programme/routes.py": "from hub_api.programme.participation.walks import pages as walks\n",
        # Neither: an address, a key of a text, and a test of something else that takes it as its example.
        "falaj_client/walks.py": 'Many.of(Walk, "participation/walks", limit)\n',
        "hub_api/programme/home.html": "{{ say('participation.walks') }}\n",
        "tests/casework/test_seats.py": "from participation.walks import service\n",
    }
    assert list(prices(files)) == [Price("walks", made=8, touched=3, lines=3 + 2 + 1 + 1 + 1 + 7)]
