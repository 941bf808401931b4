import Commands

Program.run(TrainAAE.self)
