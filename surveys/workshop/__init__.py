"""Where a questionnaire is made: its versions, its paper version, and the screens that change it."""
