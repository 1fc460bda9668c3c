// The relay's contracts are written in these: whoever speaks to it needs them too.
@_exported import Values
