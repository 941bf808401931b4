import Commands

Program.run(Vis.self)
