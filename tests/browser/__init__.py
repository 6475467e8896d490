"""Stories in a browser, against a running platform."""
