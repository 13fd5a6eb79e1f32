"""What is taken away from a publication stays what was published, whatever is computed later."""

import pytest
from django.core.management import call_command

from reports.releases.clients import make_link
from tests.reports.releases.test_publishing import FRENCH, remove_some

pytestmark = pytest.mark.django_db
WAVE = "/results/numerique-en-sante/2023/"
FIGURE = "figures/appointment"
FILES = [f"{FIGURE}.svg", f"{FIGURE}.png", f"{FIGURE}.csv", f"{FIGURE}/embed/", "figures.csv", "social.png"]


def test_pictures_numbers_and_embedded_charts_are_those_of_the_publication(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    before = {file: client.get(f"{WAVE}{file}", headers=FRENCH) for file in FILES}
    assert {response.status_code for response in before.values()} == {200}
    page = client.get(WAVE, headers=FRENCH).content.decode()
    assert f'<meta property="og:image" content="http://127.0.0.1:8000{WAVE}social.png?lang=fr">' in page
    assert 'type="application/ld+json">{"@context"' in page
    remove_some(done)
    call_command("aggregate", "numerique-en-sante", "2023")
    for file, response in before.items():
        assert client.get(f"{WAVE}{file}", headers=FRENCH).content == response.content, file
    assert client.get(f"{WAVE}figures/nothing.svg").status_code == 404
    assert client.get(f"{WAVE}figures/nothing/embed/").status_code == 404


def test_every_link_of_a_publications_figure_leads_somewhere(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    page = client.get(f"{WAVE}releases/1/", headers=FRENCH).content.decode()
    assert f'href="{WAVE}releases/1/figures.csv?lang=fr"' in page
    for file in ("figures.csv", f"{FIGURE}.svg", f"{FIGURE}.png", f"{FIGURE}.csv", f"{FIGURE}/embed/"):
        response = client.get(f"{WAVE}releases/1/{file}", headers=FRENCH)
        assert response.status_code == 200, file
        assert response.content == client.get(f"{WAVE}{file}", headers=FRENCH).content
    assert "X-Frame-Options" not in client.get(f"{WAVE}releases/1/{FIGURE}/embed/")


def test_the_code_to_embed_never_holds_the_secret_address_of_a_client(client, done, admin_user):
    call_command("publish", "numerique-en-sante", "2023")
    token = make_link(done, "Client", None, admin_user)
    receipt = client.get(f"/results/client/{token}/{FIGURE}/", headers=FRENCH).content.decode()
    code = receipt.split("<textarea")[1].split("</textarea>")[0]
    assert token not in code
    assert f"{WAVE}{FIGURE}/embed/?lang=fr" in code
    assert client.get(f"/results/client/{token}/{FIGURE}.svg").status_code == 200
