// The relay's contracts consist of these, so its clients need them too.
@_exported import Values
