import Testing

@testable import Drawing

@Suite struct ColorTests {
  @Test func isWrittenAsCSSWritesIt() {
    #expect(Color(0x0a0b0c).css == "#0a0b0c")
    #expect(Color(0xffffff).css == "#ffffff")
    #expect(Color(0).css == "#000000")
  }

  @Test func mixesFromOneColourToTheOther() {
    let (black, white) = (Color(0), Color(0xffffff))
    #expect(black.mixed(with: white, 0) == black)
    #expect(black.mixed(with: white, 1) == white)
    #expect(black.mixed(with: white, 0.5) == Color(0x808080))
    #expect(black.mixed(with: white, 7) == white)
    #expect(black.mixed(with: white, .nan) == black)
  }

  @Test func opacityIsKeptWithinItsRange() {
    #expect(Color(0x123456).opacity(0.5).alpha == 128)
    #expect(Color(0x123456).opacity(-1).alpha == 0)
    #expect(Color(0x123456).opacity(9).alpha == 255)
    #expect(Color(0x123456).opacity(.nan).alpha == 0)
  }

  /// The pairs and ratios that explanations of WCAG use.
  @Test func contrastIsThatOfWCAG() {
    let white = Color(0xffffff)
    #expect(abs(white.contrast(with: Color(0)) - 21) < 1e-12)
    #expect(abs(white.contrast(with: Color(0x767676)) - 4.54) < 0.005)
    #expect(abs(Color(0x777777).contrast(with: white) - 4.48) < 0.005)
  }
}
