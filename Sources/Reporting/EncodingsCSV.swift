import Learning
import StyleNet
import Support

/// What the models say of every image, as comma-separated values with a line of names.
///
/// The columns are `index`, `digit`, `prediction`, `probability` (of the predicted digit) and
/// `style_1`, `style_2`, ...; when there are several models, `checkpoint` comes before them, the
/// models follow one another, and a model of fewer features leaves the last columns empty.
func encodingsCSV(_ models: [EvaluatedModel], names: [String]) -> [UInt8] {
  let most = models.map(\.checkpoint.styleSize).max() ?? 0
  var header = ["index", "digit", "prediction", "probability"]
  header += (1...max(1, most)).map { "style_\($0)" }
  if models.count > 1 { header.insert("checkpoint", at: 0) }

  var text = header.joined(separator: ",") + "\n"
  for (name, model) in zip(names, models) {
    let prefix = models.count > 1 ? csvField(name) + "," : ""
    let padding = String(repeating: ",", count: most - model.checkpoint.styleSize)
    let encodings = model.evaluation.encodings
    let size = encodings.styleSize
    for index in 0..<encodings.count {
      let prediction = Int(encodings.predictions[index])
      text += prefix
      text += String(index)
      text += ","
      text += String(model.evaluation.labels[index])
      text += ","
      text += String(prediction)
      text += ","
      text += encodings.probabilities[index * Model.classes + prediction].description
      for component in index * size..<(index + 1) * size {
        text += ","
        text += encodings.styles[component].description
      }
      text += padding
      text += "\n"
    }
  }
  return Array(text.utf8)
}
