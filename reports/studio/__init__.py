"""Where a wave's results are made ready: the desk that leads to every room, and the studio where figures are made and put in order."""
