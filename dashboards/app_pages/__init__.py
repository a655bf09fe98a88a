"""The pages, one flat script each; Streamlit runs them by file."""
