import Commands

Program.trainSAE()
