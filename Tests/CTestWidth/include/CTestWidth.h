// Nothing to call: what is linked with this target runs a few tests at a time.
