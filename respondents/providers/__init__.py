"""Panel providers: how their members come in and go back, the calls to their servers, and the files that settle accounts."""
