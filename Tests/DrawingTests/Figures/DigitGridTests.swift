import Testing

@testable import Drawing

@Suite struct DigitGridTests {
  private let black = [UInt8](repeating: 0, count: 784)

  @Test func imagesStandInRowsAndColumnsOfWholePixels() {
    let figure = DigitGrid(cells: cells(25), columns: 10, zoom: 3)
    #expect(figure.rows == 3)
    for cell in 0..<25 {
      let rect = figure.rect(cell: cell, image: 0)
      #expect(rect.width == 84 && rect.height == 84)
      #expect(rect.x == rect.x.rounded() && rect.y == rect.y.rounded())
      #expect(rect.maxX <= figure.size.width && rect.maxY <= figure.size.height)
    }
    #expect(
      figure.rect(cell: 10, image: 0).minY > figure.rect(cell: 9, image: 0).maxY,
      "rows are apart")
    #expect(figure.rect(cell: 10, image: 0).x == figure.rect(cell: 0, image: 0).x)
  }

  @Test func imagesOfACellStandAboveOneAnother() {
    let figure = DigitGrid(
      cells: [[black, black], [black]], captions: [("7", "99 %", false)], columns: 2)
    let (upper, lower) = (figure.rect(cell: 0, image: 0), figure.rect(cell: 0, image: 1))
    #expect(lower.minY > upper.maxY && lower.x == upper.x)
    #expect(figure.size.height > lower.maxY + 30, "room for two lines")
  }

  @Test func labelsMakeRoomForThemselves() {
    let bare = DigitGrid(cells: cells(4), columns: 2).size
    let above = DigitGrid(cells: cells(4), columns: 2, columnLabels: ["0", "1"]).size
    let beside = DigitGrid(cells: cells(4), columns: 2, rowLabels: [["a label"], ["another"]]).size
    #expect(above.height > bare.height && above.width == bare.width)
    #expect(beside.width > bare.width && beside.height == bare.height)
    let tall = DigitGrid(
      cells: cells(4), columns: 2, rowLabels: [(0..<9).map { "line \($0)" }, []]
    ).size
    #expect(tall.height > bare.height)
  }

  @Test func aShortStyleIsOneLineAndALongOneIsCut() {
    #expect(DigitGrid.label(style: [1, -0.5]) == ["1.00\t−0.50"])
    #expect(DigitGrid.label(style: [Float](repeating: 0, count: 6)).count == 2)
    let long = DigitGrid.label(style: [Float](repeating: 1, count: 64))
    #expect(long.count == 5)
    #expect(long.last == "and 48 more")
    #expect(DigitGrid.label(style: []) == [])
    #expect(DigitGrid.label(style: [.nan, .infinity]) == ["–\t∞"])
  }

  @Test func pixelsOfImagesAreCrispSquares() throws {
    var image = black
    image[0] = 255
    let figure = DigitGrid(cells: [[image]], columns: 1, zoom: 4)
    let picture = try PNG.pixmap(figure.png(theme: .light, scale: 1))
    #expect(picture.width == 112 && picture.height == 112)
    for (index, color) in picture.colors.enumerated() {
      let isWhite = index % 112 < 4 && index / 112 < 4
      #expect(color == Color(isWhite ? 0xffffff : 0))
    }
  }

  @Test func imagesOfAnotherSizeAreLeftOut() throws {
    let figure = DigitGrid(cells: [[[1, 2, 3]]], columns: 1)
    let picture = try PNG.pixmap(figure.png(theme: .light, scale: 1))
    #expect(Set(picture.colors) == [Theme.light.background])
  }

  private func cells(_ count: Int) -> [[[UInt8]]] {
    [[[UInt8]]](repeating: [black], count: count)
  }
}

@Suite struct DigitSheetTests {
  @Test func imagesStandInRows() throws {
    let images = (0..<3).flatMap { [UInt8](repeating: UInt8(50 + $0), count: 784) }
    let picture = try PNG.pixmap(DigitSheet(images, columns: 2).png())
    #expect(picture.width == 56 && picture.height == 56)
    func grey(_ x: Int, _ y: Int) -> UInt8 { picture.colors[y * 56 + x].green }
    #expect(grey(0, 0) == 50 && grey(27, 27) == 50)
    #expect(grey(28, 0) == 51)
    #expect(grey(0, 28) == 52)
    #expect(grey(40, 40) == 0, "no image")
  }

  @Test func everyPixelBecomesASquare() throws {
    let image = (0..<784).map { UInt8($0 % 256) }
    let sheet = try DigitSheet(image, columns: 10, zoom: 3)
    #expect(sheet.width == 84 && sheet.height == 84)
    for place in sheet.pixels.indices {
      #expect(sheet.pixels[place] == image[place / 84 / 3 * 28 + place % 84 / 3])
    }
  }

  @Test func oneImageIsAsWideAsItself() throws {
    let sheet = try DigitSheet([UInt8](repeating: 9, count: 784), columns: 10)
    #expect(sheet.width == 28 && sheet.height == 28)
  }

  @Test(arguments: [(0, 1, 1), (783, 1, 1), (785, 1, 1), (784, 0, 1), (784, 1, 0), (784, 1, -1)])
  func refusesWhatIsNoSheet(count: Int, columns: Int, zoom: Int) {
    #expect(throws: CanvasError.self) {
      try DigitSheet([UInt8](repeating: 0, count: count), columns: columns, zoom: zoom)
    }
  }
}
