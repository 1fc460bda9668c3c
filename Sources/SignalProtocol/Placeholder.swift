enum SignalProtocolPlaceholder {}
