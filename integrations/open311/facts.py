"""What the networks' table says of Open311."""

from bot.registry import Facts

FACTS = Facts(
    title="Reports (Open311: FixMyStreet and others)",
    brings=("reports",),
    arrives="polled, 10 min",
    costs="free",
    tested=("a stand-in written from GeoReport v2 and FixMyStreet's own source",),
    example={"api_url": "https://reports.example.org/open311/v2", "jurisdiction_id": "example.org"},
)
