enum MessengerPlaceholder {}
