"""Numbers to frozen results; knows no cell, no unit and no file."""
