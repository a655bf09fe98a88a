"""A client of the Falaj open-data API: ``Client`` waits for answers, ``AsyncClient`` is for asyncio.

>>> from falaj_client import Client
>>> with Client("http://127.0.0.1:8000") as client:
...     for one in client.latest(observed_property="pm2_5"):
...         print(one.thing_name.en, one.result, one.unit)
"""

from __future__ import annotations

from falaj_client import market_questions, participation_questions, questions
from falaj_client.asynchronous import (
    AsyncClient,
    AsyncListing,
    AsyncLocatedListing,
    AsyncSeriesListing,
    AsyncStream,
)
from falaj_client.catalogue import BulkFile, Dataset, DatasetProperty, Distribution, Licence
from falaj_client.client import Client, Listing, LocatedListing, SeriesListing, Stream
from falaj_client.errors import (
    ClientError,
    Closed,
    Gap,
    Incomplete,
    InvalidParameters,
    MissingExtra,
    NotFound,
    NotThisApi,
    ParameterFault,
    Problem,
    TooManyPages,
    Unavailable,
    Unreachable,
)
from falaj_client.exchange import VERSION
from falaj_client.forecasts import Forecast
from falaj_client.market import (
    Call,
    Criterion,
    FundingAward,
    IntroductionCount,
    Need,
    Offering,
    Pilot,
    Reference,
    Vendor,
)
from falaj_client.model import (
    Candidate,
    Count,
    Coverage,
    Datastream,
    ForecastValue,
    Freshness,
    Language,
    Latest,
    Ledger,
    LiveObservation,
    Name,
    Observation,
    ObservedProperty,
    Page,
    Place,
    Position,
    Quality,
    Source,
    Statistics,
    StreamEvent,
    Thing,
    ThingDatastream,
)
from falaj_client.options import Options
from falaj_client.participation import Decision, DecisionAction
from falaj_client.programme import (
    Award,
    Challenge,
    Continuation,
    Deadline,
    Hackathon,
    Result,
    Submission,
)

__version__ = VERSION

__all__ = [
    "AsyncClient",
    "AsyncListing",
    "AsyncLocatedListing",
    "AsyncSeriesListing",
    "AsyncStream",
    "Award",
    "BulkFile",
    "Call",
    "Candidate",
    "Challenge",
    "Client",
    "ClientError",
    "Closed",
    "Continuation",
    "Count",
    "Coverage",
    "Criterion",
    "Dataset",
    "DatasetProperty",
    "Datastream",
    "Deadline",
    "Decision",
    "DecisionAction",
    "Distribution",
    "Forecast",
    "ForecastValue",
    "Freshness",
    "FundingAward",
    "Gap",
    "Hackathon",
    "Incomplete",
    "IntroductionCount",
    "InvalidParameters",
    "Language",
    "Latest",
    "Ledger",
    "Licence",
    "Listing",
    "LiveObservation",
    "LocatedListing",
    "MissingExtra",
    "Name",
    "Need",
    "NotFound",
    "NotThisApi",
    "Observation",
    "ObservedProperty",
    "Offering",
    "Options",
    "Page",
    "ParameterFault",
    "Pilot",
    "Place",
    "Position",
    "Problem",
    "Quality",
    "Reference",
    "Result",
    "SeriesListing",
    "Source",
    "Statistics",
    "Stream",
    "StreamEvent",
    "Submission",
    "Thing",
    "ThingDatastream",
    "TooManyPages",
    "Unavailable",
    "Unreachable",
    "Vendor",
    "__version__",
    "market_questions",
    "participation_questions",
    "questions",
]
