"""The report as its readers take it away: pictures, data and embedded charts, each with its mentions."""
