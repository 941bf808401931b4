import Glibc
import Learning
import StyleNet
import Support

// Times what the project promises to be fast, on the test set that comes with the package six times
// over: as many images as an epoch has, and what they show makes no difference to the time.
//
//     bench [RUNS] [--json]
//
// RUNS is how often each thing is done (3), the short ones five times that; --json prints the least
// times as one JSON object, for pytorch_peer.py.

let arguments = CommandLine.arguments.dropFirst()
let runs = arguments.compactMap { Int($0) }.first ?? 3
let wantsJSON = arguments.contains("--json")
let threads = usableProcessors()
let all = Workers(threads: threads)

if !wantsJSON { print(wholeReport(runs: 3 * runs) + wholeTraining(runs: runs)) }

let validationImages = try DataSet.load(.test, from: "share/mnist")
let images = LabelledImages(
  pixels: Pixels((0..<6).flatMap { _ in validationImages.pixels[0..<10_000] }),
  labels: (0..<6).flatMap { _ in validationImages.labels })

/// Epochs of one kind, without the validation that ends them.
func epochs(_ kind: Checkpoint.Kind, _ workers: Workers) throws -> Measurement {
  let place = "\(workers.threads) thread\(workers.threads == 1 ? "" : "s")"
  var training = Measurement(
    "\(kind.rawValue.uppercased()) epoch, \(place)", count: 60_000, unit: "images")
  var options = TrainingOptions(kind: kind)
  options.epochs = runs
  let trainer = try Trainer(
    options, images: images, validationImages: validationImages, workers: workers)
  while !trainer.isFinished {
    try training.run { stop in
      _ = try trainer.trainEpoch {
        if $0.step == $0.steps { stop() }
        return true
      }
    }
  }
  return training
}

var measurements = [try epochs(.aae, all), try epochs(.sae, all)]
if threads > 1 && !wantsJSON {
  measurements.append(try epochs(.aae, Workers(threads: 1)))
}

let checkpoint = try Checkpoint.load(from: "share/pt-aae")
let encoder = Encoder(styleSize: checkpoint.styleSize, parameters: checkpoint.encoder)
let decoder = Decoder(styleSize: checkpoint.styleSize, parameters: checkpoint.decoder)
let encodings = try Encodings(encoder: encoder, pixels: validationImages.pixels, workers: all)
let codes = encodings.predictions.indices.flatMap { encodings.code(of: $0) }
var validation = Measurement("validation, \(threads) threads", count: 10_000, unit: "images")
var encoding = Measurement("encoding, \(threads) threads", count: 10_000, unit: "images")
var decoding = Measurement("decoding, \(threads) threads", count: 10_000, unit: "images")
for _ in 0..<5 * runs {
  try validation.run { _ in _ = try Evaluation(checkpoint, on: validationImages, workers: all) }
  try encoding.run { _ in
    _ = try Encodings(encoder: encoder, pixels: validationImages.pixels, workers: all)
  }
  try decoding.run { _ in _ = try decoder.greyImages(codes: codes, workers: all) }
}
measurements += [validation, encoding, decoding]

if !wantsJSON { measurements += try reportStages(runs: 3 * runs, workers: all) }

if wantsJSON {
  print("{\(measurements.map(\.json).joined(separator: ","))}")
} else {
  print(Measurement.header + measurements.map(\.row).joined(), terminator: "")
  if let one = measurements.first(where: { $0.name == "AAE epoch, 1 thread" }) {
    let ratio = one.least / measurements[0].least
    print("\n\(threads) threads are \(fixed(ratio)) times as fast as 1.")
  }
  print(arithmetic(epochSeconds: measurements[0].least, workers: all))
}
