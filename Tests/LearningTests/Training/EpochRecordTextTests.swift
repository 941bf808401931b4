import Testing

@testable import Learning

struct EpochRecordTextTests {
  private var record: EpochRecord {
    EpochRecord(
      epoch: 15,
      training: EpochRecord.Training(
        autoEncoderLoss: 0.12531, classificationLoss: 0.00949,
        adversarial: EpochRecord.Adversarial(
          generatorLoss: 0.69638, generatorFactor: 0.1, discriminatorFakeLoss: 0.69222,
          discriminatorRealLoss: 0.69243),
        seconds: 38.94),
      validation: EpochRecord.Validation(
        autoEncoderLoss: 0.12516, classificationLoss: 0.03571, accuracy: 0.99,
        distributionError: 10.65334, seconds: 3.76))
  }

  @Test func textOfAnAdversarialEpochIsTheOriginals() {
    #expect(
      record.text == """
        Epoch 15 training:
          Mean AutoEncoder Loss: 0.1253
          Mean Classification Loss: 0.0095
          Mean Generator Loss: 0.6964 * 0.100
          Mean Discriminator Fake Loss: 0.6922
          Mean Discriminator Real Loss: 0.6924
        Epoch 15 validation:
          Mean AutoEncoder Loss: 0.1252
          Mean Classification Loss: 0.0357
          Median Encoded Distribution Error: 10.6533
        [time] training: 38.9s, validation: 3.8s

        """)
  }

  @Test func textOfASimpleEpochHasNoAdversarialLines() {
    var record = record
    record.training.adversarial = nil
    #expect(
      record.text == """
        Epoch 15 training:
          Mean AutoEncoder Loss: 0.1253
          Mean Classification Loss: 0.0095
        Epoch 15 validation:
          Mean AutoEncoder Loss: 0.1252
          Mean Classification Loss: 0.0357
        [time] training: 38.9s, validation: 3.8s

        """)
  }

  @Test func jsonIsOneLineOfUnroundedNumbers() {
    #expect(
      record.json == """
        {"epoch":15,"training":{"autoEncoderLoss":0.12531,"classificationLoss":0.00949,\
        "generatorLoss":0.69638,"generatorFactor":0.1,"discriminatorFakeLoss":0.69222,\
        "discriminatorRealLoss":0.69243,"seconds":38.94},\
        "validation":{"autoEncoderLoss":0.12516,"classificationLoss":0.03571,"accuracy":0.99,\
        "distributionError":10.65334,"seconds":3.76}}

        """)
  }
}
