import Commands

Program.run(TrainSAE.self)
