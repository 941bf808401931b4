import Support

extension EpochRecord {
  /// What the trainers print of an epoch: nine lines for an AAE, six for an SAE.
  package var text: String {
    var lines = [
      "Epoch \(epoch) training:",
      "  Mean AutoEncoder Loss: \(decimal(training.autoEncoderLoss, places: 4))",
      "  Mean Classification Loss: \(decimal(training.classificationLoss, places: 4))",
    ]
    if let adversarial = training.adversarial {
      lines += [
        "  Mean Generator Loss: \(decimal(adversarial.generatorLoss, places: 4))"
          + " * \(decimal(adversarial.generatorFactor, places: 3))",
        "  Mean Discriminator Fake Loss: \(decimal(adversarial.discriminatorFakeLoss, places: 4))",
        "  Mean Discriminator Real Loss: \(decimal(adversarial.discriminatorRealLoss, places: 4))",
      ]
    }
    lines += [
      "Epoch \(epoch) validation:",
      "  Mean AutoEncoder Loss: \(decimal(validation.autoEncoderLoss, places: 4))",
      "  Mean Classification Loss: \(decimal(validation.classificationLoss, places: 4))",
    ]
    if training.adversarial != nil {
      lines.append(
        "  Median Encoded Distribution Error: \(decimal(validation.distributionError, places: 4))")
    }
    lines.append(
      "[time] training: \(decimal(training.seconds, places: 1))s,"
        + " validation: \(decimal(validation.seconds, places: 1))s")
    return lines.map { $0 + "\n" }.joined()
  }

  /// The record as one JSON object in one line, numbers unrounded.
  package var json: String {
    var members = [
      "\"autoEncoderLoss\":\(training.autoEncoderLoss)",
      "\"classificationLoss\":\(training.classificationLoss)",
    ]
    if let adversarial = training.adversarial {
      members += [
        "\"generatorLoss\":\(adversarial.generatorLoss)",
        "\"generatorFactor\":\(adversarial.generatorFactor)",
        "\"discriminatorFakeLoss\":\(adversarial.discriminatorFakeLoss)",
        "\"discriminatorRealLoss\":\(adversarial.discriminatorRealLoss)",
      ]
    }
    members.append("\"seconds\":\(training.seconds)")
    let measured = [
      "\"autoEncoderLoss\":\(validation.autoEncoderLoss)",
      "\"classificationLoss\":\(validation.classificationLoss)",
      "\"accuracy\":\(validation.accuracy)",
      "\"distributionError\":\(validation.distributionError)",
      "\"seconds\":\(validation.seconds)",
    ]
    return "{\"epoch\":\(epoch),\"training\":{\(members.joined(separator: ","))},"
      + "\"validation\":{\(measured.joined(separator: ","))}}\n"
  }
}
