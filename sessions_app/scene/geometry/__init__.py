"""Where things stand, in meters and without a browser: frames, shapes, bounds."""
