"""What `script/bench` measures: each case's `run()` gives ratios, median with lowest and highest."""
