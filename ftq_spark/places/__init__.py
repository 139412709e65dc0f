"""Where files are: paths and URIs, what is fetched from there, and credentials that are written nowhere."""
