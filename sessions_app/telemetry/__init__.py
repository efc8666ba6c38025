"""What a process tells of its work: log fields, measures, histograms, traces."""
