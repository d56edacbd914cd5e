"""Learning from a hall's own journal, in a process of its own: `huiting-hub train`."""
