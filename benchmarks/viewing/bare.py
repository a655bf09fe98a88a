"""What the dashboards are compared with: one box and the chart that pages draw of hours, over numbers by formula."""

from __future__ import annotations

import math
from datetime import timedelta

import streamlit as st

from citycore.clock import system_clock
from citycore.intervals import floor_hour
from dashboards.charts import Drawn, forecast_chart
from dashboards.language import Words
from dashboards.model import Hour
from dashboards.palette import LIGHT
from dashboards.period import DAYS, DAYS_DEFAULT

days = st.selectbox("Period", DAYS, index=DAYS.index(DAYS_DEFAULT))
first = floor_hour(system_clock()) - timedelta(days=days)
hours = [
    Hour(first + timedelta(hours=number), 30 + 8 * math.sin(number * math.pi / 12))
    for number in range(24 * days)
]
st.altair_chart(forecast_chart(Drawn(hours, None, "ug/m3"), Words("en"), LIGHT), width="stretch", key="chart")
