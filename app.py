"""The app: ``streamlit run app.py``, or ``riverplan serve``."""

import streamlit as st

from riverplan.app.server import lifespan, middleware, page_script, routes

app = st.App(page_script(), routes=routes(), middleware=middleware(), lifespan=lifespan)
