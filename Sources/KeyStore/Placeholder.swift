enum KeyStorePlaceholder {}
