import Wordings

extension WordingModel {
    /// The one that the program carries; nil where its bytes are not those of a model.
    package static let carried = WordingModel(
        UnsafeRawBufferPointer(start: wordingModelBytes(), count: wordingModelByteCount()))
}
